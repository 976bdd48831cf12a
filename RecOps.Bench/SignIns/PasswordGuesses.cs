using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using RecOps.Shared;
using RecOps.Shared.Security;

namespace RecOps.Bench.SignIns;

/// <summary>Tries wrong passwords at a steady rate, each for a different name, so that no lockout saves the server the work.</summary>
internal sealed class PasswordGuesses : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _underway = [];
    private readonly Task _trying;

    public PasswordGuesses(IPEndPoint server, double perSecond)
    {
        _http = new HttpClient { BaseAddress = new Uri($"http://{server}") };
        _trying = TryAsync(perSecond);
    }

    /// <summary>Number of attempts by HTTP status.</summary>
    public ConcurrentDictionary<HttpStatusCode, int> Answers { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _trying;
        await Task.WhenAll(_underway);
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task TryAsync(double perSecond)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; !_stop.IsCancellationRequested; i++)
        {
            TimeSpan early = TimeSpan.FromSeconds(i / perSecond) - Stopwatch.GetElapsedTime(start);
            if (early > TimeSpan.Zero)
                await Task.Delay(early, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _underway.Add(GuessAsync(string.Create(CultureInfo.InvariantCulture, $"guess{Random.Shared.Next()}")));
        }
    }

    private async Task GuessAsync(string user)
    {
        HttpStatusCode status;
        try
        {
            using HttpResponseMessage answer = await _http.PostAsJsonAsync(
                Routes.Session,
                new SignInRequest { User = user, Password = "not the password" }
            );
            status = answer.StatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            // An overloaded server may not answer in time.
            status = HttpStatusCode.RequestTimeout;
        }

        Answers.AddOrUpdate(status, 1, (_, count) => count + 1);
    }
}
