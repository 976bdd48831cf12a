namespace RecOps.Server.Telemetry;

/// <summary>What is measured and stored.</summary>
internal sealed class TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary>
    /// Whether anything is measured at all. Default true. When false, the console's live pages stay empty and no alert fires; the setting
    /// exists to measure the cost of measuring.
    /// </summary>
    public bool Enabled { get; set; } = true;

    /// <summary>NVIDIA's management library, by name or path; null for its name on this system.</summary>
    public string? NvmlLibrary { get; set; }

    /// <summary>Whether seconds and minutes are saved in Data:Directory, to survive a restart. Default true.</summary>
    public bool Keep { get; set; } = true;
}
