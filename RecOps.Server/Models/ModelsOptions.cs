using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Models;

/// <summary>Where bundles are and which of them is served.</summary>
internal sealed class ModelsOptions
{
    public const string Section = "Models";

    /// <summary>What a bundle's directory may be called.</summary>
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
    /// Where a bundle's files are copied when it is opened, so that whoever changes them afterwards changes nothing that is served: to disk
    /// (Data:Directory, and mapped from there: it takes the bundle's size there once more, and memory that the system can take back) or to
    /// memory (that it cannot). Default disk.
    /// </summary>
    [AllowedValues(ToDisk, ToMemory, ErrorMessage = "must be disk or memory.")]
    public string Copy { get; set; } = ToDisk;

    /// <summary>
    /// Seconds that a model which was replaced is kept at least before its memory is given back, 1 to 3600; whoever uses it longer holds it
    /// longer. Default 10.
    /// </summary>
    [Range(1, 3600)]
    public double RetireAfterSeconds { get; set; } = 10;
}
