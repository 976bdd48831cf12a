using FsCheck.Xunit;
using RecOps.Serving.Rules.Compilation;
using Xunit;

namespace RecOps.Tests.Serving.Rules.Compilation;

public sealed class PriceTableTests
{
    [Property(MaxTest = 200)]
    public void Narrow_AnyPrice_TheRulesThatComparingEachWouldLeave(Choices random)
    {
        List<(int Rule, double Min, double Max)> ranges = [];
        int rules = random.Next(1, 90);
        for (int rule = 0; rule < rules; rule++)
        {
            if (random.Next(3) == 0)
                continue;
            double min = random.Next(4) == 0 ? (double)decimal.MinValue : random.Next(12);
            ranges.Add((rule, min, random.Next(4) == 0 ? (double)decimal.MaxValue : random.Next(12)));
        }

        int words = RuleBits.WordsOf(rules);
        var table = new PriceTable(ranges, words);
        foreach (double price in (double[])[-1, 0, 0.5, 3, 5.5, 11, 11.5, 1e9, double.NaN])
        {
            var left = new ulong[words];
            Array.Fill(left, ulong.MaxValue);
            table.Narrow(price, left);
            for (int rule = 0; rule < rules; rule++)
            {
                bool accepts = ranges.All(range => range.Rule != rule || (price >= range.Min && price <= range.Max));
                Assert.Equal(accepts, RuleBits.Has(left, rule));
            }
        }
    }
}
