using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Serialization.Metadata;

namespace RecOps.Tests.Client;

/// <summary>Answers the console's calls from memory and records them. Unknown calls get a 404, as from a server.</summary>
internal sealed class FakeServer : HttpMessageHandler
{
    private readonly ConcurrentDictionary<string, Func<FakeCall, Task<HttpResponseMessage>>> _answers = new();
    private readonly ConcurrentQueue<FakeCall> _calls = new();

    /// <summary>While true every call fails as if nothing listened.</summary>
    public bool Down { get; set; }

    /// <summary>All calls so far, in order.</summary>
    public IReadOnlyList<FakeCall> Calls => [.. _calls];

    public IEnumerable<FakeCall> CallsTo(string method, string path) => Calls.Where(call => call.Method == method && call.Path == path);

    public FakeServer On(string method, string path, Func<FakeCall, Task<HttpResponseMessage>> answer)
    {
        _answers[$"{method} {path}"] = answer;
        return this;
    }

    public FakeServer On<T>(string method, string path, JsonTypeInfo<T> type, Func<FakeCall, T> answer) =>
        On(method, path, call => Task.FromResult(Json(answer(call), type)));

    public FakeServer OnProblem(string method, string path, HttpStatusCode status, string problemDetails) =>
        On(
            method,
            path,
            _ =>
                Task.FromResult(
                    new HttpResponseMessage(status)
                    {
                        Content = new StringContent(problemDetails, Encoding.UTF8, "application/problem+json"),
                    }
                )
        );

    public HttpClient CreateClient() => new(this, disposeHandler: false) { BaseAddress = new("http://localhost/") };

    public static HttpResponseMessage Json<T>(T value, JsonTypeInfo<T> type) =>
        new(HttpStatusCode.OK) { Content = JsonContent.Create(value, type) };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Down)
            throw new HttpRequestException("Connection refused");

        FakeCall call = new(
            request.Method.Method,
            Uri.UnescapeDataString(request.RequestUri!.AbsolutePath),
            request.RequestUri.Query,
            request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken),
            cancellationToken
        );
        _calls.Enqueue(call);
        return _answers.TryGetValue($"{call.Method} {call.Path}", out Func<FakeCall, Task<HttpResponseMessage>>? answer)
            ? await answer(call).WaitAsync(cancellationToken)
            : new HttpResponseMessage(HttpStatusCode.NotFound);
    }
}

/// <summary>One call as the server saw it.</summary>
internal sealed record FakeCall(string Method, string Path, string Query, string Body, CancellationToken Aborted)
{
    public T Read<T>(JsonTypeInfo<T> type) => System.Text.Json.JsonSerializer.Deserialize(Body, type)!;
}
