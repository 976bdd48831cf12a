using RecOps.Tests.Architecture.Samples.Used;

namespace RecOps.Tests.Architecture.Samples.AsyncIterator;

internal static class Counter
{
    public static async IAsyncEnumerable<int> CountAsync()
    {
        await Task.Yield();
        yield return Thing.Count;
    }
}
