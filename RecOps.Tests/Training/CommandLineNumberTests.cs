using System.CommandLine;
using System.Globalization;
using RecOps.Bench;
using RecOps.Training.Cli;
using Xunit;

namespace RecOps.Tests.Training;

/// <summary>A command line's decimals are read the same on every machine (System.CommandLine 3.0.0 uses the locale).</summary>
public sealed class CommandLineNumberTests
{
    [Theory]
    [InlineData("")]
    [InlineData("de-DE")]
    [InlineData("fr-FR")]
    public void Parse_Decimal_IsReadTheSameInAnyLocale(string culture)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);

            ParseResult parsed = TrainingCommandLine
                .CreateRoot()
                .Parse(["synth", "--users", "1", "--items", "1", "--out", "x", "--interactions-per-user", "12.5"]);

            Assert.Empty(parsed.Errors);
            Assert.Equal(12.5, parsed.GetValue<double>("--interactions-per-user"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("0,5")]
    [InlineData("1,000")]
    [InlineData("")]
    [InlineData("NaN")]
    [InlineData("half")]
    public void Parse_NotADecimal_IsAnErrorWithAdvice(string text)
    {
        ParseResult parsed = TrainingCommandLine
            .CreateRoot()
            .Parse(["train", "--interactions", "x", "--catalog", "y", "--out", "z", "--holdout", text]);

        Assert.Contains(
            $"--holdout is '{text}'; it must be a number with a decimal point, such as 0.5.",
            parsed.Errors.Select(error => error.Message)
        );
    }

    [Fact]
    public void Options_OfAllPrograms_ReadDecimalsInvariantly()
    {
        Command[] all = [.. Below(TrainingCommandLine.CreateRoot()), .. Below(BenchCommandLine.CreateRoot())];

        Option<double>[] decimals = [.. all.SelectMany(command => command.Options).OfType<Option<double>>()];
        Assert.True(decimals.Length > 10);
        Assert.All(decimals, option => Assert.NotNull(option.CustomParser));
        Assert.DoesNotContain(
            all.SelectMany(command => command.Options),
            option => option.ValueType == typeof(float) || option.ValueType == typeof(decimal) || option.ValueType == typeof(double?)
        );
    }

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(Below).Prepend(command);
}
