using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Models;

/// <summary>Where bundles are and which of them is served.</summary>
internal sealed class ModelsOptions
{
    public const string Section = "Models";

    /// <summary>Directory with one directory for each bundle; relative to the server's own. Default <c>models</c>.</summary>
    [Required]
    public string Directory { get; set; } = "models";

    /// <summary>Name of the bundle to serve. Default <c>demo</c>.</summary>
    [Required]
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9._-]*", ErrorMessage = "must be a directory name: letters, digits, '.', '_' and '-'.")]
    public string Active { get; set; } = "demo";

    /// <summary>Absolute directory of the active bundle.</summary>
    public string ActiveDirectory => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, Directory, Active));
}
