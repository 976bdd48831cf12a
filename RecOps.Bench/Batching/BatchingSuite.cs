namespace RecOps.Bench.Batching;

/// <summary>
/// Compares the server's scheduler and policy in virtual time with no batching, every fixed setting and other batchers' policies, on
/// several devices under rising load.
/// </summary>
internal static class BatchingSuite
{
    private static readonly double[] Loads = [0.1, 0.25, 0.5, 0.75, 0.9, 1, 1.2, 1.5];

    /// <param name="args">See <see cref="BatchingArguments.Usage"/>.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        BatchingArguments arguments;
        try
        {
            arguments = BatchingArguments.Parse(args);
        }
        catch (FormatException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 2;
        }

        var points = new List<LoadPoint>();
        foreach (DeviceModel model in arguments.Measured is { } measured ? DeviceModel.Standard.Append(measured) : DeviceModel.Standard)
        {
            foreach (ArrivalPattern pattern in Enum.GetValues<ArrivalPattern>())
            {
                foreach (double load in Loads.Prepend(model.LightLoad))
                    points.Add(LoadPoint.Run(model, pattern, load, arguments.Requests, arguments.Seed));
                Console.WriteLine(
                    BatchingReport.Progress(points[^1], points.Where(point => point.Model == model && point.Pattern == pattern))
                );
            }
        }

        string command = string.Join(' ', ["dotnet run -c Release --project RecOps.Bench -- batching", .. args]);
        string report = BatchingReport.Write(points, command, arguments);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(arguments.Output))!);
        await File.WriteAllTextAsync(arguments.Output, report);
        Console.WriteLine($"Written to {arguments.Output}.");
        return 0;
    }
}
