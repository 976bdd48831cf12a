namespace RecOps.Training.Cli;

/// <summary>Exit codes for scripts.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The input or the output path cannot be used.</summary>
    public const int BadInput = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Cancelled, as shells report Ctrl-C.</summary>
    public const int Cancelled = 130;
}
