using System.CommandLine;

namespace RecOps.Training.Cli;

/// <summary><c>synth</c>: a made-up shop.</summary>
internal sealed class SynthCommand : Command
{
    public SynthCommand()
        : base("synth", "Make up a believable shop, as CSV files or straight as a bundle.")
    {
    }
}
