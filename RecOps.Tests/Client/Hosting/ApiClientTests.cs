using System.Net;
using RecOps.Client.Demo;
using RecOps.Client.Hosting;
using RecOps.Shared;
using RecOps.Shared.Demo;
using Xunit;

namespace RecOps.Tests.Client.Hosting;

public sealed class ApiClientTests : IDisposable
{
    private readonly FakeServer _server = new();
    private readonly DemoTrafficClient _traffic;

    public ApiClientTests() => _traffic = new(new ApiClient(_server.CreateClient()));

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Get_Answered_HasTheValue()
    {
        _server.On("GET", Routes.DemoTraffic, DemoJson.Default.DemoTrafficState, _ => new(true, 40, 500));

        ApiResult<DemoTrafficState> result = await _traffic.GetAsync(TestContext.Current.CancellationToken);

        Assert.Equal(new DemoTrafficState(true, 40, 500), result.Value);
        Assert.Null(result.Problem);
    }

    [Fact]
    public async Task Get_ConsoleUnderAPath_AsksBelowIt()
    {
        using HttpClient http = _server.CreateClient();
        http.BaseAddress = new("http://localhost/recops/");

        await new DemoTrafficClient(new ApiClient(http)).GetAsync(TestContext.Current.CancellationToken);

        Assert.Equal("/recops" + Routes.DemoTraffic, Assert.Single(_server.Calls).Path);
    }

    [Fact]
    public async Task Get_ProblemDetailsWithErrors_NamesTheField()
    {
        _server.OnProblem(
            "GET",
            Routes.DemoTraffic,
            HttpStatusCode.BadRequest,
            """{"title":"The request is not valid","errors":{"RequestsPerSecond":["Must be 0 to 500."]}}"""
        );

        ApiResult<DemoTrafficState> result = await _traffic.GetAsync(TestContext.Current.CancellationToken);

        Assert.False(result.Succeeded);
        Assert.Equal("Must be 0 to 500.", result.Problem.Detail);
        Assert.False(result.Problem.CanRetry);
        Assert.Equal("Must be 0 to 500.", result.Problem.ErrorOf("requestsPerSecond"));
        Assert.Null(result.Problem.ErrorOf("enabled"));
    }

    [Fact]
    public async Task Get_NoServer_SaysWhatToCheck()
    {
        _server.Down = true;

        ApiResult<DemoTrafficState> result = await _traffic.GetAsync(TestContext.Current.CancellationToken);

        Assert.Same(ApiProblem.Unreachable, result.Problem);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "Not found")]
    [InlineData(HttpStatusCode.ServiceUnavailable, "The server is not ready")]
    [InlineData(HttpStatusCode.BadGateway, "The server failed (502)")]
    [InlineData(HttpStatusCode.Conflict, "The request was refused (409)")]
    public async Task Get_StatusWithoutDetails_HasTitleAndAdvice(HttpStatusCode status, string title)
    {
        _server.On("GET", Routes.DemoTraffic, _ => Task.FromResult(new HttpResponseMessage(status)));

        ApiResult<DemoTrafficState> result = await _traffic.GetAsync(TestContext.Current.CancellationToken);

        Assert.Equal((status, title), (result.Problem?.Status, result.Problem?.Title));
        Assert.NotEmpty(result.Problem!.Detail);
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, "The response could not be read")]
    [InlineData(HttpStatusCode.InternalServerError, "The server failed (500)")]
    public async Task Get_NotJson_IsAProblemNotAnException(HttpStatusCode status, string title)
    {
        _server.OnProblem("GET", Routes.DemoTraffic, status, "<html>");

        ApiResult<DemoTrafficState> result = await _traffic.GetAsync(TestContext.Current.CancellationToken);

        Assert.Equal(title, result.Problem?.Title);
    }

    [Fact]
    public async Task Get_Cancelled_Throws()
    {
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _traffic.GetAsync(cancelled.Token));
    }

    [Fact]
    public async Task Update_Absent_IsNotSent()
    {
        _server.On("PUT", Routes.DemoTraffic, DemoJson.Default.DemoTrafficState, _ => new(false, 40, 500));

        await _traffic.UpdateAsync(new() { Enabled = false }, TestContext.Current.CancellationToken);

        Assert.Equal("""{"enabled":false}""", Assert.Single(_server.Calls).Body);
    }
}
