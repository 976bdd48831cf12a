using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Retrieval;

/// <summary>How many items compete for one list.</summary>
internal sealed class RetrievalOptions
{
    public const string Section = "Retrieval";

    /// <summary>Items nearest to the user vector that are ranked, 10 to 2000. Default 200.</summary>
    [Range(10, 2000)]
    public int Candidates { get; set; } = 200;
}
