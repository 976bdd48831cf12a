using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Storage;

/// <summary>Where the server keeps what must outlive it.</summary>
internal sealed class DataOptions
{
    public const string Section = "Data";

    /// <summary>Directory, relative to the server's own; made when it is not there, for its owner only. Default <c>data</c>.</summary>
    [Required]
    public string Directory { get; set; } = "data";
}
