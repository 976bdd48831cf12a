using RecOps.Tests;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace RecOps.Tests;

/// <summary>Starts the longest collections first: a minute of browser tests at the end would leave the other cores idle.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long = ["RecOps.Tests.Browser", "browser", Training.TorchTests.Name];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [
            .. testCollections.OrderBy(collection =>
                Array.Exists(Long, name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal)) ? 0 : 1
            ),
        ];
}
