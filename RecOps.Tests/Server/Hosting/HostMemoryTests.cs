using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Serving.Models;
using Xunit;

namespace RecOps.Tests.Server.Hosting;

public sealed class HostMemoryTests
{
    /// <summary>Nothing may keep an ended host in memory: no thread-local storage, static event or timer.</summary>
    [Fact]
    public async Task Dispose_AfterRequests_NothingHoldsTheHost()
    {
        WeakReference[] hosts = [await UseAsync(), await UseAsync(), await UseAsync()];

        await Waiting.UntilAsync(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return Task.FromResult(!hosts.Any(host => host.IsAlive));
            },
            TimeSpan.FromMilliseconds(100)
        );
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> UseAsync()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        for (int user = 0; user < 20; user++)
            await application.RecommendAsync($"u{user}");
        await application.SendEventAsync("u1", "i1", "click");
        return new WeakReference(application.Services.GetRequiredService<ActiveModel>());
    }
}
