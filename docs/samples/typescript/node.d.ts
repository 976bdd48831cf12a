// What the sample uses of Node.js, so that it compiles without another package. A project of your own has @types/node.
declare const process: {
  readonly argv: string[];
  readonly env: Record<string, string | undefined>;
  exitCode: number;
};
