/** Where the edge serves figures; apart from what they are, as the widget's script may weigh 3 KB. */
export const figurePaths = {
  page: (name: string) => `/figure/${name}`,
  picture: (name: string) => `/figures/${name}.webp`,
} as const;
