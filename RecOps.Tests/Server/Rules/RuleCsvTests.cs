using System.Text;
using FsCheck.Xunit;
using RecOps.Server.Rules;
using RecOps.Shared.Rules;
using RecOps.Tests.Serving.Rules;
using Xunit;

namespace RecOps.Tests.Server.Rules;

/// <summary>Rules survive a round trip as a table, also when saved by spreadsheets in other languages.</summary>
public sealed class RuleCsvTests
{
    private const string Odd = ";=|\\\"' ,\t\r\n\u00a0ßé…😀a1-+@";

    [Property(MaxTest = 500)]
    public void Read_WhatWasWritten_IsTheSame(Choices choices)
    {
        bool forDecimalComma = choices.Next(2) == 0;
        var document = new RuleDocument
        {
            Rules =
            [
                .. Enumerable.Range(0, choices.Next(1, 5)).Select(i => Oddly(choices, RandomRules.One(choices, i) with { Id = $"r{i}" })),
            ],
        };

        string text = Encoding.UTF8.GetString(RuleCsv.Write(document, forDecimalComma));
        var errors = new List<RuleError>();
        RuleDocument read = RuleCsv.Read(text, errors, out _);

        Assert.Empty(errors);
        // A condition without content counts as none.
        document = new RuleDocument
        {
            Rules = [.. document.Rules.Select(rule => rule.When == new RuleCondition() ? rule with { When = null } : rule)],
        };
        Assert.Equal(RuleJson.Indented(document), RuleJson.Indented(read));
    }

    /// <summary>Saved by a German spreadsheet: semicolons, decimal commas, WAHR, a byte order mark.</summary>
    [Fact]
    public void Read_AsAGermanSpreadsheetSaves_Understood()
    {
        var errors = new List<RuleError>();

        Rule rule = Assert.Single(
            RuleCsv
                .Read(
                    "\uFEFFid;name;enabled;type;strength;priceMin;attributes;categories\r\nr1;\"Wein; "
                        + "rot\";WAHR;boost;1,5;12,90;\"colour=rot|weiß\\; halb\";Käse, alt|Wein\r\n",
                    errors,
                    out _
                )
                .Rules
        );

        Assert.Empty(errors);
        Assert.Equal(("Wein; rot", true, 1.5, 12.90m), (rule.Name, rule.Enabled, rule.Then.Strength, rule.Select!.Price!.Min));
        Assert.Equal(["rot", "weiß; halb"], rule.Select.Attributes!["colour"]!);
        Assert.Equal(["Käse, alt", "Wein"], rule.Select.Categories!);
    }

    [Theory]
    [InlineData("id;name;type;strength;priceMin\nr;n;boost;1,5;1.000\n", "row 2, priceMin", "thousands")]
    [InlineData("id;name;type;strength\nr;n;boost;1.500\n", "row 2, strength", "thousands")]
    [InlineData("id,name,type,attributes\nr,n,exclude,colour=red;colour=blue\n", "row 2, attributes", "'colour' twice")]
    [InlineData("id,name,categories,categories,type\nr,n,A,B,exclude\n", "row 1", "'categories' appears twice")]
    [InlineData(
        "id,name,type,viewing\nr,n,exclude,\"{\"\"items\"\":[\"\"a\"\"],\"\"items\"\":[\"\"b\"\"]}\"\n",
        "row 2, viewing",
        "'items' twice"
    )]
    public void Read_WhatCouldBeMeantInTwoWays_IsNamed(string text, string path, string message)
    {
        var errors = new List<RuleError>();

        RuleCsv.Read(text, errors, out _);

        RuleError error = Assert.Single(errors);
        Assert.Equal(path, error.Path);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_TextThatASpreadsheetWouldRun_IsMarked()
    {
        var rule = new Rule
        {
            Id = "r1",
            Name = "=HYPERLINK(\"https://example.com\")",
            Owner = "@somebody",
            Priority = -5,
            Then = new RuleAction { Type = RuleType.Exclude },
        };

        string text = Encoding.UTF8.GetString(RuleCsv.Write(new RuleDocument { Rules = [rule] }));

        Assert.Contains("'=HYPERLINK", text, StringComparison.Ordinal);
        Assert.Contains(",'@somebody,", text, StringComparison.Ordinal);
        Assert.Contains(",-5,", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EmptyRowsAndARuleTwice_RowsAreThoseOfTheFile()
    {
        var errors = new List<RuleError>();

        RuleDocument read = RuleCsv.Read("id;name;type\r\nr1;One;exclude\r\n;;\r\nr2;Two;exclude\r\n", errors, out int[] rows);

        Assert.Empty(errors);
        Assert.Equal(["r1", "r2"], read.Rules.Select(rule => rule.Id));
        Assert.Equal([2, 4], rows);
        Assert.Equal("row 2 has it too", RuleCsv.InTable(new RuleError("rules[1].id", "rules[0] has it too"), rows).Message);
    }

    private static Rule Oddly(Choices choices, Rule rule) =>
        rule with
        {
            Name = Text(choices) + "n",
            Owner = choices.Next(2) == 0 ? null : Text(choices),
            Select = (rule.Select ?? new RuleSelection()) with
            {
                Categories = [.. Enumerable.Range(0, choices.Next(1, 4)).Select(_ => Text(choices))],
                Attributes = Enumerable
                    .Range(0, choices.Next(1, 4))
                    .Select(i =>
                        (Key: $"{Text(choices)}{i}", Values: Enumerable.Range(0, choices.Next(1, 3)).Select(_ => Text(choices)).ToArray())
                    )
                    .ToDictionary(pair => pair.Key, pair => pair.Values),
            },
        };

    private static string Text(Choices choices)
    {
        string[] letters = [.. Odd.EnumerateRunes().Select(rune => rune.ToString())];
        return string.Concat(Enumerable.Range(0, choices.Next(1, 8)).Select(_ => letters[choices.Next(letters.Length)]));
    }
}
