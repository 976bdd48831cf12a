using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Storage;

/// <summary>Where the server keeps what must survive a restart.</summary>
internal sealed class DataOptions
{
    public const string Section = "Data";

    /// <summary>Directory, relative to the server's own; created if missing, accessible to its owner only. Default <c>data</c>.</summary>
    [Required]
    public string Directory { get; set; } = "data";
}
