/** The part of ONNX's own schema (onnx.proto, field numbers as there) that a convolutional network needs. */
import protobuf from 'protobufjs';

const { root } = protobuf.parse(
  `
  syntax = "proto2";
  package onnx;
  message ModelProto {
    optional int64 ir_version = 1;
    optional string producer_name = 2;
    optional GraphProto graph = 7;
    repeated OperatorSetIdProto opset_import = 8;
  }
  message OperatorSetIdProto { optional string domain = 1; optional int64 version = 2; }
  message GraphProto {
    repeated NodeProto node = 1;
    optional string name = 2;
    repeated TensorProto initializer = 5;
    repeated ValueInfoProto input = 11;
    repeated ValueInfoProto output = 12;
  }
  message NodeProto {
    repeated string input = 1;
    repeated string output = 2;
    optional string name = 3;
    optional string op_type = 4;
    repeated AttributeProto attribute = 5;
  }
  message AttributeProto {
    enum AttributeType { FLOAT = 1; INT = 2; STRING = 3; INTS = 7; }
    optional string name = 1;
    optional float f = 2;
    optional int64 i = 3;
    optional bytes s = 4;
    repeated int64 ints = 8;
    optional AttributeType type = 20;
  }
  message TensorProto {
    enum DataType { FLOAT = 1; INT64 = 7; }
    repeated int64 dims = 1;
    optional DataType data_type = 2;
    optional string name = 8;
    optional bytes raw_data = 9;
  }
  message ValueInfoProto { optional string name = 1; optional TypeProto type = 2; }
  message TypeProto {
    message Tensor { optional TensorProto.DataType elem_type = 1; optional TensorShapeProto shape = 2; }
    optional Tensor tensor_type = 1;
  }
  message TensorShapeProto {
    message Dimension { optional int64 dim_value = 1; optional string dim_param = 2; }
    repeated Dimension dim = 1;
  }
`,
  { keepCase: true },
);

const model = root.lookupType('onnx.ModelProto');

/** One of the fields beside it says the value. */
export interface AttributeProto {
  readonly name: string;
  readonly type: 'FLOAT' | 'INT' | 'STRING' | 'INTS';
  readonly f?: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly ints?: readonly number[];
}

/**
 * A model of the default operator set of that version, as the bytes of an `.onnx` file.
 * @param graph a `GraphProto`, as above
 */
export function encodeModel(graph: Readonly<Record<string, unknown>>, opset: number, irVersion: number): Uint8Array {
  const opset_import = [{ domain: '', version: opset }];
  const message = model.fromObject({ ir_version: irVersion, producer_name: 'reverie', graph, opset_import });
  return model.encode(message).finish();
}
