using Microsoft.Extensions.DependencyInjection;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Shared;
using Xunit;

namespace RecOps.Tests.Server.Ranking;

public sealed class ExecutionProviderTests
{
    [Theory]
    [InlineData("auto", "CPUExecutionProvider", "cpu")]
    [InlineData("auto", "CUDAExecutionProvider CPUExecutionProvider", "cuda cpu")]
    [InlineData("auto", "TensorrtExecutionProvider CUDAExecutionProvider WebGpuExecutionProvider CPUExecutionProvider", "cuda webgpu cpu")]
    [InlineData("cpu", "CUDAExecutionProvider CPUExecutionProvider", "cpu")]
    [InlineData("cuda", "CUDAExecutionProvider CPUExecutionProvider", "cuda")]
    public void Candidates_ConfiguredAndAvailable_InOrder(string configured, string available, string expected) =>
        Assert.Equal(expected.Split(' '), ExecutionProvider.Candidates(configured, available.Split(' ')).Select(provider => provider.Name));

    [Theory]
    [InlineData("cuda")]
    [InlineData("tensorrt")]
    [InlineData("webgpu")]
    public async Task Start_ProviderThatIsNotThere_LiveButNotReadyWithTheReason(string provider)
    {
        await using RecOpsApplication application = await RecOpsApplication.StartUnreadyAsync(new() { ["Inference:Provider"] = provider });
        HttpClient client = application.CreateClient();
        await application.Services.GetRequiredService<ActiveModel>().Settled.WaitAsync(TestContext.Current.CancellationToken);

        HttpResponseMessage ready = await client.GetAsync(Routes.Ready, TestContext.Current.CancellationToken);
        string text = await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains($"Inference:Provider is {provider}", text, StringComparison.Ordinal);
        Assert.True((await client.GetAsync(Routes.Live, TestContext.Current.CancellationToken)).IsSuccessStatusCode);
    }
}
