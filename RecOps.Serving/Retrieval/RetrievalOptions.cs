using System.ComponentModel.DataAnnotations;

namespace RecOps.Serving.Retrieval;

/// <summary>How many candidates compete for one list, and how they are found.</summary>
public sealed class RetrievalOptions
{
    public const string Section = "Retrieval";

    /// <summary>Items nearest to the user vector that are ranked, 10 to 2000. Default 200.</summary>
    [Range(10, 2000)]
    public int Candidates { get; set; } = 200;

    /// <summary>
    /// Share of the exact nearest items that the bundle's index must find, 0.5 to 0.999. How much of the index that takes is measured when
    /// the bundle is opened. Default 0.95.
    /// </summary>
    [Range(0.5, 0.999)]
    public double Recall { get; set; } = 0.95;

    /// <summary>Shoppers on whom recall is measured, 16 to 4096. Default 256.</summary>
    [Range(16, 4096)]
    public int RecallSample { get; set; } = 256;

    /// <summary>
    /// <c>auto</c> uses the bundle's retrieval.onnx on a GPU, elsewhere its index, and scans every item where it has neither; <c>exact</c>,
    /// <c>ivf</c> and <c>onnx</c> ask for one of them. Default <c>auto</c>.
    /// </summary>
    [AllowedValues("auto", "exact", "ivf", "onnx", ErrorMessage = "must be auto, exact, ivf or onnx.")]
    public string Index { get; set; } = "auto";
}
