namespace RecOps.Shared.Bundles;

/// <summary>Names of the inputs and outputs of retrieval.onnx.</summary>
public static class BundleRetrieval
{
    /// <summary>[b, d] f32.</summary>
    public const string UserInput = "user";

    /// <summary>[1] i64: how many items are wanted for each user, 1 to their number.</summary>
    public const string CountInput = "k";

    /// <summary>[b, k] i64, best first.</summary>
    public const string OrdinalOutput = "ordinal";

    /// <summary>[b, k] f32: dot products.</summary>
    public const string ScoreOutput = "score";
}
