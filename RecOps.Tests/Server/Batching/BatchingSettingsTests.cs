using Microsoft.Extensions.DependencyInjection;
using RecOps.Serving.Models;
using RecOps.Shared.Recommendations;
using Xunit;

namespace RecOps.Tests.Server.Batching;

public sealed class BatchingSettingsTests
{
    [Theory]
    [InlineData("Batching:Enabled", "false", 1)]
    [InlineData("Batching:MaxBatch", "3", 3)]
    public async Task Start_SmallerBatchesThanTheDeviceTakes_ServesWithThem(string setting, string value, int most)
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(new() { [setting] = value });

        Assert.Equal(most, application.Services.GetRequiredService<ActiveModel>().Current!.Batcher.MaxBatch);
        Assert.Equal(RecommendationSource.Computed, (await application.RecommendAsync("u1")).Source);
    }
}
