using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace RecOps.Tests.Server.Security;

/// <summary>An OpenID Connect provider that knows one person and does not ask for a password: code flow with PKCE, signed tokens.</summary>
internal sealed class IdentityProvider : IAsyncDisposable
{
    public const string ClientId = "recops-console";
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, (string Nonce, string Challenge)> _codes = new();
    private readonly WebApplication _server;

    private IdentityProvider(WebApplication server) => _server = server;

    /// <summary>The person who signs in; null to refuse.</summary>
    public Account? Person { get; set; }

    public string Address => _server.Urls.First();

    private RsaSecurityKey Key => new(_rsa) { KeyId = "only" };

    public static async Task<IdentityProvider> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var provider = new IdentityProvider(builder.Build());
        provider.Map();
        await provider._server.StartAsync();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _rsa.Dispose();
    }

    private void Map()
    {
        _server.MapGet(
            "/.well-known/openid-configuration",
            () =>
                Results.Json(
                    new Dictionary<string, object>
                    {
                        ["issuer"] = Address,
                        ["authorization_endpoint"] = $"{Address}/authorize",
                        ["token_endpoint"] = $"{Address}/token",
                        ["userinfo_endpoint"] = $"{Address}/userinfo",
                        ["jwks_uri"] = $"{Address}/jwks",
                    }
                )
        );
        _server.MapGet(
            "/jwks",
            () =>
            {
                JsonWebKey key = JsonWebKeyConverter.ConvertFromRSASecurityKey(Key);
                return Results.Json(
                    new
                    {
                        keys = new[]
                        {
                            new
                            {
                                kty = key.Kty,
                                kid = key.Kid,
                                use = "sig",
                                alg = "RS256",
                                n = key.N,
                                e = key.E,
                            },
                        },
                    }
                );
            }
        );
        _server.MapGet(
            "/authorize",
            (HttpRequest request) =>
            {
                string back = request.Query["redirect_uri"]!;
                string state = Uri.EscapeDataString(request.Query["state"]!);
                if (Person is null)
                    return Results.Redirect($"{back}?error=access_denied&state={state}");
                string code = Guid.NewGuid().ToString("N");
                _codes[code] = (request.Query["nonce"]!, request.Query["code_challenge"]!);
                return Results.Redirect($"{back}?code={code}&state={state}");
            }
        );
        _server.MapPost(
            "/token",
            async (HttpRequest request) =>
            {
                IFormCollection form = await request.ReadFormAsync();
                bool isKnown = _codes.TryRemove(form["code"].ToString(), out (string Nonce, string Challenge) asked);
                string proof = Base64UrlEncoder.Encode(
                    SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))
                );
                if (!isKnown || proof != asked.Challenge)
                    return Results.BadRequest(new { error = "invalid_grant" });
                var token = new SecurityTokenDescriptor
                {
                    Issuer = Address,
                    Audience = ClientId,
                    Subject = new ClaimsIdentity([new Claim("sub", Person!.Subject), new Claim("nonce", asked.Nonce)]),
                    NotBefore = RecOpsApplication.Start.UtcDateTime.AddYears(-1),
                    IssuedAt = RecOpsApplication.Start.UtcDateTime,
                    Expires = DateTime.UtcNow.AddYears(1),
                    SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
                };
                return Results.Json(
                    new
                    {
                        access_token = "opaque",
                        token_type = "Bearer",
                        expires_in = 60,
                        id_token = new JsonWebTokenHandler().CreateToken(token),
                    }
                );
            }
        );
        _server.MapGet(
            "/userinfo",
            () =>
                Results.Json(
                    new
                    {
                        sub = Person!.Subject,
                        email = Person.Email,
                        roles = Person.Roles,
                    }
                )
        );
    }

    internal sealed record Account(string Subject, string Email, string[] Roles);
}
