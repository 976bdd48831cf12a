namespace RecOps.Server.Telemetry;

/// <summary>What is measured and kept.</summary>
internal sealed class TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary>
    /// Whether anything is measured at all. Default true. Without it the console's live pages stay empty and no alert fires; it is there so
    /// that what measuring costs can be measured.
    /// </summary>
    public bool Enabled { get; set; } = true;

    /// <summary>NVIDIA's management library, by name or path; null for the name it has on this system.</summary>
    public string? NvmlLibrary { get; set; }

    /// <summary>Whether seconds and minutes are kept in Data:Directory for the time after a restart. Default true.</summary>
    public bool Keep { get; set; } = true;
}
