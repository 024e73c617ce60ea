/** Imported by every part of the page that says one of these (`shared/words/en/parts.ts`): they come with it. */
import { parts } from '../../../shared/words/en/parts';
import { learnEnglish } from './language';

learnEnglish(parts);
