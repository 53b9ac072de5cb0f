using System.Net;
using Microsoft.AspNetCore.Http;

namespace BpDao.JsonRpc;

/// <summary>Who may call from a browser: the Host header against DNS rebinding, the Origin header for pages of other sites.</summary>
internal sealed class RequestOrigin(RpcServerOptions options)
{
    /// <summary>The Host header names this machine as the operator allows it to be called.</summary>
    public bool AllowsHost(HttpRequest request)
    {
        string host = request.Host.Host.Trim('[', ']');
        return host.Length == 0 // HTTP/1.0: no browser sends this
            || IPAddress.TryParse(host, out _)
            || options.VirtualHosts.Contains("*")
            || options.VirtualHosts.Contains(host, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>No page of a foreign site is behind this request, or one that is allowed.</summary>
    public bool AllowsOrigin(HttpRequest request)
    {
        string? origin = request.Headers.Origin;
        return string.IsNullOrEmpty(origin) || options.CorsOrigins.Contains("*")
            || options.CorsOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Adds the headers that let an allowed page read the answer.</summary>
    public void AddCorsHeaders(HttpContext context)
    {
        string? origin = context.Request.Headers.Origin;
        if (string.IsNullOrEmpty(origin) || !AllowsOrigin(context.Request)) return;
        IHeaderDictionary headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = options.CorsOrigins.Contains("*") ? "*" : origin;
        headers.Vary = "Origin";
        if (!HttpMethods.IsOptions(context.Request.Method)) return;
        headers.AccessControlAllowMethods = "POST";
        headers.AccessControlAllowHeaders = "Content-Type";
        headers.AccessControlMaxAge = "600";
    }
}
