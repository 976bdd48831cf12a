using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Models;

/// <summary>Where bundles are and which of them is served.</summary>
internal sealed class ModelsOptions
{
    public const string Section = "Models";

    /// <summary>What a bundle's directory may be called.</summary>
    public const string NamePattern = "[A-Za-z0-9][A-Za-z0-9._-]{0,127}";

    /// <summary>Directory with one directory for each bundle; relative to the server's own. Default <c>models</c>.</summary>
    [Required]
    public string Directory { get; set; } = "models";

    /// <summary>Name of the bundle to serve. Default <c>demo</c>.</summary>
    [Required]
    [RegularExpression(NamePattern, ErrorMessage = "must be a directory name: letters, digits, '.', '_' and '-'.")]
    public string Active { get; set; } = "demo";

    /// <summary>
    /// Seconds that a model which was replaced is kept at least before its memory is given back, 1 to 3600; whoever uses it longer holds it
    /// longer. Default 10.
    /// </summary>
    [Range(1, 3600)]
    public double RetireAfterSeconds { get; set; } = 10;
}
