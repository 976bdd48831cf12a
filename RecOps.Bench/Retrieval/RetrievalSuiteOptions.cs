namespace RecOps.Bench.Retrieval;

/// <summary>The suite's options.</summary>
/// <param name="Bundle">Directory of a bundle with an index.</param>
/// <param name="Python">A Python interpreter with faiss and numpy.</param>
/// <param name="Cache">Where faiss's indexes are kept between runs.</param>
/// <param name="Queries">Number of held-out shoppers.</param>
/// <param name="Peers">faiss indexes: ivfflat, ivfsq8, ivfpq32fs, ivfpq64fs, hnsw; <c>none</c> leaves faiss out.</param>
/// <param name="Rounds">How often each index answers all queries; medians are reported.</param>
internal sealed record RetrievalSuiteOptions(string Bundle, string Python, string Cache, int Queries, int Rounds, string[] Peers)
{
    public static RetrievalSuiteOptions Parse(string[] args)
    {
        var options = new RetrievalSuiteOptions(
            "",
            "/usr/bin/python3",
            Path.Combine(Path.GetTempPath(), "recops-faiss"),
            500,
            5,
            ["ivfflat", "ivfsq8", "ivfpq32fs", "ivfpq64fs", "hnsw"]
        );
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"{args[i]} needs a value.");
            options = args[i] switch
            {
                "--bundle" => options with { Bundle = value },
                "--python" => options with { Python = value },
                "--cache" => options with { Cache = value },
                "--queries" => options with { Queries = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture) },
                "--rounds" => options with { Rounds = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture) },
                "--peers" => options with { Peers = value == "none" ? [] : value.Split(',') },
                _ => throw new ArgumentException(
                    $"Unknown option '{args[i]}'. Options are --bundle, --python, --cache, --queries, --rounds and --peers."
                ),
            };
        }

        return options.Bundle.Length > 0
            ? options
            : throw new ArgumentException("--bundle is required. Give the directory of a bundle with an index.");
    }
}
