using System.Globalization;
using System.Net.Http.Json;
using RecOps.Bench.Processes;
using RecOps.Bench.Reports;
using RecOps.Server.Security;
using RecOps.Server.Security.Keys;
using RecOps.Server.Security.People;
using RecOps.Shared;
using RecOps.Shared.Recommendations;

namespace RecOps.Bench.Http;

/// <summary>The size of an answer, uncompressed and compressed, and the server's CPU time for it.</summary>
internal static class CompressionRows
{
    private const int Members = 100;
    private const int LongList = 100;
    private const string Plain = "identity";
    private static readonly string[] Encodings = [Plain, "gzip", "br"];

    public static async Task AddAsync(Report report, ServerProcess server, int users, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://{server.Address}") };
        http.DefaultRequestHeaders.Add(StorefrontGate.Header, BenchAccess.Key);
        (string Name, Func<HttpRequestMessage> Ask, int Times)[] answers =
        [
            ("a list of 20", () => new(HttpMethod.Get, "/v1/recommendations/u-000003?count=20"), 2000),
            ("a list of 100", () => new(HttpMethod.Get, "/v1/recommendations/u-000003?count=100"), 1000),
            (
                "a batch of 100 lists of 100",
                () => new(HttpMethod.Post, Routes.RecommendationsBatch) { Content = JsonContent.Create(Batch(users)) },
                60
            ),
        ];
        var rows = new List<string[]>();
        foreach ((string name, Func<HttpRequestMessage> ask, int times) in answers)
        {
            // A warm-up round for the cache and the compiler; then the encodings take turns, so that a slower machine affects all of them.
            foreach (string encoding in Encodings)
                await MeasureAsync(http, server, ask, encoding, times / 4, cancellation);
            const int rounds = 5;
            var measured = new (double Bytes, double Cpu)[Encodings.Length, rounds];
            for (int round = 0; round < rounds; round++)
            {
                for (int i = 0; i < Encodings.Length; i++)
                    measured[i, round] = await MeasureAsync(http, server, ask, Encodings[i], times / rounds, cancellation);
            }

            double plain = Median(measured, 0).Cpu;
            for (int i = 0; i < Encodings.Length; i++)
            {
                (double bytes, double cpu) = Median(measured, i);
                rows.Add([
                    $"{name}, {(Encodings[i] == Plain ? "uncompressed" : Encodings[i])}",
                    Figure.Count((long)bytes),
                    Figure.Micros(cpu),
                    Figure.Micros(cpu - plain),
                ]);
            }
        }

        report.Heading("Compression");
        report.Paragraph(
            "Answers over a kilobyte are compressed when the caller sends Accept-Encoding. One caller requests the same lists repeatedly, "
                + "so they come from the cache; medians of 5 alternating rounds. A single call at a time costs the server more CPU time "
                + "than one under load, so look at the difference."
        );
        report.Table(["answer", "bytes", "CPU µs per answer", "for compression"], rows);
    }

    private static RecommendationBatchRequest Batch(int users) =>
        new()
        {
            Requests =
            [
                .. Enumerable
                    .Range(1, Members)
                    .Select(i => new RecommendationRequest
                    {
                        UserId = string.Create(CultureInfo.InvariantCulture, $"u-{i % users:000000}"),
                        Count = LongList,
                    }),
            ],
        };

    private static async Task<(double Bytes, double Cpu)> MeasureAsync(
        HttpClient http,
        ServerProcess server,
        Func<HttpRequestMessage> ask,
        string encoding,
        int times,
        CancellationToken cancellation
    )
    {
        TimeSpan before = server.Usage.Cpu;
        long bytes = 0;
        for (int i = 0; i < times; i++)
        {
            using HttpRequestMessage request = ask();
            request.Headers.Add("Accept-Encoding", encoding);
            using HttpResponseMessage answer = await http.SendAsync(request, cancellation);
            answer.EnsureSuccessStatusCode();
            bool isPlain = answer.Content.Headers.ContentEncoding.Count == 0;
            if (isPlain != (encoding == Plain))
                throw new InvalidOperationException(
                    $"{encoding} was requested, but the answer is encoded as '{string.Join(", ", answer.Content.Headers.ContentEncoding)}'."
                );
            bytes += (await answer.Content.ReadAsByteArrayAsync(cancellation)).Length;
        }

        return ((double)bytes / times, (server.Usage.Cpu - before).TotalSeconds / times);
    }

    private static (double Bytes, double Cpu) Median((double Bytes, double Cpu)[,] measured, int row)
    {
        (double Bytes, double Cpu)[] rounds =
        [
            .. Enumerable.Range(0, measured.GetLength(1)).Select(round => measured[row, round]).OrderBy(round => round.Cpu),
        ];
        return rounds[rounds.Length / 2];
    }
}
