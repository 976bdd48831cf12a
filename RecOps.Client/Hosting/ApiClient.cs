using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RecOps.Shared;
using RecOps.Shared.Security;

namespace RecOps.Client.Hosting;

/// <summary>Exchanges JSON with the server. Every failure becomes an <see cref="ApiProblem"/> here and nowhere else.</summary>
internal sealed class ApiClient(HttpClient http)
{
    /// <summary>Raised when the server says that no one is signed in, with the reason.</summary>
    public event Action<string>? SignedOut;

    public Task<ApiResult<T>> GetAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancellation = default)
        where T : class => SendAsync(RequestTo(HttpMethod.Get, path), answer, cancellation);

    public Task<ApiResult<T>> DeleteAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancellation = default)
        where T : class => SendAsync(RequestTo(HttpMethod.Delete, path), answer, cancellation);

    /// <summary>A call with neither a request nor a response body.</summary>
    public Task<ApiResult<Nothing>> CallAsync(HttpMethod method, string path, CancellationToken cancellation = default) =>
        SendAsync(RequestTo(method, path), ApiJson.Default.Nothing, cancellation);

    /// <summary>Calls without a body.</summary>
    public Task<ApiResult<T>> CallAsync<T>(HttpMethod method, string path, JsonTypeInfo<T> answer, CancellationToken cancellation = default)
        where T : class => SendAsync(RequestTo(method, path), answer, cancellation);

    /// <summary>Sends a body with any other method.</summary>
    public Task<ApiResult<TAnswer>> SendAsync<TBody, TAnswer>(
        HttpMethod method,
        string path,
        TBody body,
        JsonTypeInfo<TBody> bodyType,
        JsonTypeInfo<TAnswer> answer,
        CancellationToken cancellation = default
    )
        where TAnswer : class => SendAsync(method, path, body, bodyType, answer, ifMatch: null, cancellation);

    /// <summary>Changes something only if it is unchanged since it was read.</summary>
    /// <param name="ifMatch">ETag of what is changed; null for calls that need none.</param>
    public Task<ApiResult<TAnswer>> SendAsync<TBody, TAnswer>(
        HttpMethod method,
        string path,
        TBody body,
        JsonTypeInfo<TBody> bodyType,
        JsonTypeInfo<TAnswer> answer,
        string? ifMatch,
        CancellationToken cancellation = default
    )
        where TAnswer : class
    {
        HttpRequestMessage request = RequestTo(method, path);
        request.Content = JsonContent.Create(body, bodyType);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return SendAsync(request, answer, cancellation);
    }

    private static HttpRequestMessage RequestTo(HttpMethod method, string path) => new(method, Routes.Relative(path));

    private async Task<ApiResult<T>> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> answer, CancellationToken cancellation)
        where T : class
    {
        try
        {
            using (request)
            using (HttpResponseMessage response = await http.SendAsync(request, cancellation))
            {
                if (response.StatusCode == HttpStatusCode.Unauthorized)
                    SignedOut?.Invoke(
                        response.Headers.TryGetValues(SessionEnding.Header, out IEnumerable<string>? reasons)
                            ? reasons.First()
                            : SessionEnding.Expired
                    );
                return response.IsSuccessStatusCode
                    ? await ReadValueAsync(response, answer, cancellation)
                    : await ReadProblemAsync(response, cancellation);
            }
        }
        catch (HttpRequestException)
        {
            return ApiProblem.Unreachable;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ApiProblem.TimedOut;
        }
    }

    private static async Task<ApiResult<T>> ReadValueAsync<T>(
        HttpResponseMessage response,
        JsonTypeInfo<T> answer,
        CancellationToken cancellation
    )
        where T : class
    {
        if (response.StatusCode == HttpStatusCode.NoContent && Nothing.Value is T nothing)
            return nothing;

        try
        {
            return await response.Content.ReadFromJsonAsync(answer, cancellation) is { } value
                ? value
                : ApiProblem.Unreadable(response.StatusCode);
        }
        catch (JsonException)
        {
            return ApiProblem.Unreadable(response.StatusCode);
        }
    }

    private static async Task<ApiProblem> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        ApiProblem plain = ApiProblem.Of(response.StatusCode);
        if (response.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json"))
            return plain;

        try
        {
            ProblemDetails? details = await response.Content.ReadFromJsonAsync(ApiJson.Default.ProblemDetails, cancellation);
            return details is null ? plain
                : details.Errors is { Count: > 0 } errors ? ApiProblem.Invalid(response.StatusCode, errors)
                : plain with { Title = details.Title ?? plain.Title, Detail = details.Detail ?? plain.Detail };
        }
        catch (JsonException)
        {
            return plain;
        }
    }
}
