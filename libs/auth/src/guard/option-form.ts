/** What an option must look like, and how to say so. */
export type OptionForm = readonly [fits: (value: unknown) => boolean, shape: string];

/** The form of each option that there is. */
export type OptionForms<T> = Readonly<Record<keyof T, OptionForm>>;

/**
 * Holds options against their forms: for callers that no compiler checks, and for values that come from the environment.
 * @param owner whose options they are, for the message
 * @throws TypeError with the remedy, and without the value
 */
export function requireForms(owner: string, options: object, forms: Readonly<Record<string, OptionForm>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(forms, name)) {
      throw new TypeError(`${owner} has no option "${name}". It has: ${Object.keys(forms).join(', ')}.`);
    }
    if (value !== undefined) requireForm(`${name} of ${owner}`, value, forms[name]);
  }
}

function requireForm(name: string, value: unknown, form?: OptionForm): void {
  if (form && !form[0](value)) throw new TypeError(`${name} must be ${form[1]}.`);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isListOfObjects(value: unknown): boolean {
  return Array.isArray(value) && value.every(isObject);
}

export function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

export function isText(value: unknown): boolean {
  return typeof value === 'string';
}

export function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}
