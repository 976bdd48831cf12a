using RecOps.Server.Batching;

namespace RecOps.Bench.Batching;

internal sealed class BatchingSuite
{
    private static readonly double[] Loads = [0.1, 0.25, 0.5, 0.75, 0.9, 1.0, 1.2, 1.5];
    private static readonly int[] Sizes = [1, 2, 4, 8, 16, 32, 64];
    private static readonly double[] Waits = [0, 1, 2, 5, 10, 20];

    public static Task<int> RunAsync(string[] args)
    {
        int requests = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 20000;
        foreach (DeviceModel model in DeviceModel.Standard)
        foreach (ArrivalPattern pattern in Enum.GetValues<ArrivalPattern>())
        {
            Console.WriteLine($"## {model.Name} {pattern} peak {model.PeakPerSecond():F0}/s");
            foreach (double load in Loads)
            {
                var fixedRuns = (from size in Sizes from wait in Waits select (size, wait)).AsParallel()
                    .Select(s => (s.size, s.wait, run: SimulationRun.Of(model, pattern, load, new FixedPolicy(s.size, s.wait), requests, 1)))
                    .ToArray();
                var best = fixedRuns.MaxBy(r => r.run.Goodput);
                var bestP50 = fixedRuns.Where(r => r.run.Goodput >= 0.99 * best.run.Goodput).MinBy(r => r.run.P50Ms);
                var none = fixedRuns.First(r => r.size == 1 && r.wait == 0);
                var peers = new IBatchPolicy[] { new BatchPolicy(), new TritonPolicy([8, 16, 32, 64], 2), new BentoPolicy(model.SloMs), new ClipperPolicy(model.SloMs) }
                    .AsParallel().AsOrdered().Select(p => SimulationRun.Of(model, pattern, load, p, requests, 1)).ToArray();
                double peak = model.PeakPerSecond();
                Console.WriteLine($"{load,4:P0} best {best.size}x{best.wait} {best.run.Goodput / peak:F3} lowP50 {bestP50.size}x{bestP50.wait} p50 {bestP50.run.P50Ms:F1} p99 {bestP50.run.P99Ms:F1}| none {none.run.Goodput / peak:F3} p50 {none.run.P50Ms:F1}| "
                    + string.Join("| ", peers.Zip(["recops", "triton", "bento", "clipper"], (p, n) => $"{n} {p.Goodput / best.run.Goodput:F3} p50 {p.P50Ms:F1} p99 {p.P99Ms:F1} b{p.MeanBatch:F1}")));
            }
        }

        return Task.FromResult(0);
    }
}
