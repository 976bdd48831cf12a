namespace RecOps.Shared.Bundles;

/// <summary>File and tensor names of a bundle.</summary>
public static class BundleFile
{
    public const string Manifest = "bundle.json";
    public const string Catalog = "catalog.parquet";
    public const string UserTable = "users.parquet";
    public const string Items = "items.safetensors";
    public const string Users = "users.safetensors";
    public const string Clusters = "clusters.safetensors";
    public const string Index = "index.safetensors";
    public const string Retrieval = "retrieval.onnx";
    public const string Ranker = "ranker.onnx";
    public const string RankerHalf = "ranker.fp16.onnx";
    public const string RankerInt8 = "ranker.int8.onnx";
    public const string Report = "report.json";

    /// <summary>Directory of the teachers, each an ONNX model under its own name with the ranker's inputs and output.</summary>
    public const string Teachers = "teachers";

    /// <summary>What the student was distilled from.</summary>
    public const string Ensemble = "teachers/ensemble.onnx";

    /// <summary>Files that serving requires. The others are used when they exist.</summary>
    public static readonly string[] Required = [Catalog, UserTable, Items, Users, Clusters, Ranker];

    /// <summary>Whether serving may use it. Teachers and the report are only for evaluating a bundle.</summary>
    public static bool IsServed(string name) => name != Report && !name.StartsWith(Teachers + "/", StringComparison.Ordinal);
}
