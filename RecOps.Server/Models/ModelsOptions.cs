using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Models;

/// <summary>Where bundles are and which one is served.</summary>
internal sealed class ModelsOptions
{
    public const string Section = "Models";

    /// <summary>Valid names of a bundle's directory.</summary>
    public const string NamePattern = "[A-Za-z0-9][A-Za-z0-9._-]{0,127}";

    public const string ToDisk = "disk";
    public const string ToMemory = "memory";

    /// <summary>Directory with one directory for each bundle; relative to the server's own. Default <c>models</c>.</summary>
    [Required]
    public string Directory { get; set; } = "models";

    /// <summary>Name of the bundle to serve. Default <c>demo</c>.</summary>
    [Required]
    [RegularExpression(NamePattern, ErrorMessage = "must be a directory name: letters, digits, '.', '_' and '-'.")]
    public string Active { get; set; } = "demo";

    /// <summary>
    /// Where a bundle's files are copied when it is opened, so that later changes to them do not affect what is served. On disk, the copy
    /// is mapped from Data:Directory: it takes the bundle's size there once more, and memory that the system can reclaim. In memory, it
    /// takes memory that the system cannot reclaim. Default disk.
    /// </summary>
    [AllowedValues(ToDisk, ToMemory, ErrorMessage = "must be disk or memory.")]
    public string Copy { get; set; } = ToDisk;

    /// <summary>
    /// Minimum seconds that a replaced model is kept before its memory is released, 1 to 3600; requests in flight hold it longer. Default
    /// 10.
    /// </summary>
    [Range(1, 3600)]
    public double RetireAfterSeconds { get; set; } = 10;
}
