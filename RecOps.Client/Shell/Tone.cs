namespace RecOps.Client.Shell;

/// <summary>How good or bad something is; always shown with words or an icon as well, never by colour alone.</summary>
public enum Tone
{
    Neutral,
    Good,
    Warn,
    Bad,
}

internal static class Tones
{
    public static string Class(this Tone tone) =>
        tone switch
        {
            Tone.Good => "good",
            Tone.Warn => "warn",
            Tone.Bad => "bad",
            _ => "neutral",
        };
}
