using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using RecOps.Server.Models;
using RecOps.Shared;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using Xunit;

namespace RecOps.Tests.Server;

/// <summary>
/// The real server over the test bundle. Its clock stands still unless a test moves it, so no deadline passes by accident. A test
/// may change settings or swap one part.
/// </summary>
internal sealed class RecOpsApplication : WebApplicationFactory<ActiveModel>
{
    public static readonly DateTimeOffset Start = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly TempDirectory _data = new();
    private readonly string _models;
    private readonly Dictionary<string, string?> _settings;
    private readonly Action<IServiceCollection>? _swap;

    public RecOpsApplication(string models, Dictionary<string, string?>? settings = null, Action<IServiceCollection>? swap = null)
    {
        _models = models;
        _settings = settings ?? [];
        _swap = swap;
    }

    public FakeTimeProvider Time { get; } = new(Start);

    /// <summary>Starts a server and waits until its model is loaded.</summary>
    public static async Task<RecOpsApplication> StartAsync(
        Dictionary<string, string?>? settings = null, Action<IServiceCollection>? swap = null)
    {
        var application = new RecOpsApplication(await TestBundle.SharedAsync(), settings, swap);
        try
        {
            var active = application.Services.GetRequiredService<ActiveModel>();
            await active.Settled.WaitAsync(TestContext.Current.CancellationToken);
            Assert.True(active.NotReadyReason is null, active.NotReadyReason);
            return application;
        }
        catch
        {
            // A host that started halfway would keep the test process alive.
            await application.DisposeAsync();
            throw;
        }
    }

    public async Task<RecommendationResponse> RecommendAsync(RecommendationRequest request)
    {
        using HttpResponseMessage answer = await CreateClient().PostAsJsonAsync(
            Routes.Recommendations, request, Json, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (await answer.Content.ReadFromJsonAsync<RecommendationResponse>(Json, TestContext.Current.CancellationToken))!;
    }

    public Task<RecommendationResponse> RecommendAsync(string userId) => RecommendAsync(new RecommendationRequest { UserId = userId });

    public async Task SendEventAsync(string userId, string itemId, string type, DateTimeOffset? timestamp = null)
    {
        var request = new EventsRequest
        {
            Events = [new ShopEvent { UserId = userId, ItemId = itemId, Type = type, Timestamp = timestamp }],
        };
        using HttpResponseMessage answer = await CreateClient().PostAsJsonAsync(
            Routes.Events, request, Json, TestContext.Current.CancellationToken);
        EventsResponse response = (await answer.Content.ReadFromJsonAsync<EventsResponse>(Json, TestContext.Current.CancellationToken))!;
        Assert.Equal(1, response.Accepted);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _data.Dispose();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting("Models:Directory", _models);
        builder.UseSetting("Models:Active", TestBundle.Name);
        builder.UseSetting("Demo:Traffic", "false");
        builder.UseSetting("Data:Directory", _data.Path);
        builder.UseSetting("Logging:LogLevel:Default", "Error");
        foreach ((string key, string? value) in _settings) builder.UseSetting(key, value);
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<TimeProvider>(Time);
            _swap?.Invoke(services);
        });
    }
}
