using System.Globalization;

namespace RecOps.Bench.Batching;

/// <summary>The suite's command-line arguments.</summary>
/// <param name="Measured">A device with measured times, added to the standard ones.</param>
internal sealed record BatchingArguments(DeviceModel? Measured, int Requests, int Seed, string Output)
{
    public const string Usage = "batching [--alpha-ms A --beta-ms B [--lanes N] [--slo-ms S]] [--requests N] [--seed N] [--output FILE]";

    /// <exception cref="FormatException">An option is unknown or has no value.</exception>
    public static BatchingArguments Parse(string[] args)
    {
        double? alpha = null,
            beta = null;
        int lanes = 1,
            requests = 40_000,
            seed = 1;
        double slo = 50;
        string output = Path.Combine("docs", "benchmarks", "batching.md");
        for (int i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length)
                throw new FormatException($"{args[i]} needs a value. Usage: {Usage}");
            string value = args[i + 1];
            switch (args[i])
            {
                case "--alpha-ms":
                    alpha = Number(value);
                    break;
                case "--beta-ms":
                    beta = Number(value);
                    break;
                case "--slo-ms":
                    slo = Number(value);
                    break;
                case "--lanes":
                    lanes = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "--requests":
                    requests = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "--seed":
                    seed = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "--output":
                    output = value;
                    break;
                default:
                    throw new FormatException($"Unknown option '{args[i]}'. Usage: {Usage}");
            }
        }

        if (alpha is null != beta is null)
            throw new FormatException($"--alpha-ms and --beta-ms must be given together. Usage: {Usage}");
        DeviceModel? measured = alpha is { } a && beta is { } b ? new DeviceModel("measured", lanes, true, a, b, 0, slo, false) : null;
        return new BatchingArguments(measured, requests, seed, output);
    }

    private static double Number(string value) => double.Parse(value, CultureInfo.InvariantCulture);
}
