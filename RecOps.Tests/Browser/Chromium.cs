namespace RecOps.Tests.Browser;

/// <summary>Finds a Chromium. Playwright's own is not used: it would have to be downloaded.</summary>
internal static class Chromium
{
    private static readonly string[] UsualPaths =
    [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
        "/usr/bin/google-chrome-stable",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];

    /// <summary>RECOPS_CHROMIUM when set, else the first of the usual places; null when there is none.</summary>
    public static string? Path { get; } = Find(Environment.GetEnvironmentVariable("RECOPS_CHROMIUM"));

    private static string? Find(string? chosen) =>
        string.IsNullOrEmpty(chosen) ? Array.Find(UsualPaths, File.Exists)
        : File.Exists(chosen) ? chosen
        : null;
}
