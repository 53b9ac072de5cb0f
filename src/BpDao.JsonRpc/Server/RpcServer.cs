using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BpDao.JsonRpc;

/// <summary>Kestrel on one address, with nothing of ASP.NET but sockets, HTTP and WebSockets.</summary>
public sealed class RpcServer : IAsyncDisposable
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(30);

    private readonly WebApplication _application;

    private readonly RpcHttpHandler _handler;

    private RpcServer(WebApplication application, RpcHttpHandler handler, Uri address)
    {
        _application = application;
        _handler = handler;
        Address = address;
    }

    /// <summary>Where it listens, with the port the system chose when 0 was asked for.</summary>
    public Uri Address { get; }

    /// <summary>Starts listening. What <paramref name="configure"/> adds comes before JSON-RPC, which answers at every other path.</summary>
    /// <exception cref="IOException">The address or port is in use.</exception>
    public static async Task<RpcServer> StartAsync(
        RpcServerOptions options, RpcHttpHandler handler, ILoggerFactory loggers, Action<IApplicationBuilder> configure,
        CancellationToken cancellation)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(3));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The handler answers an oversized body with an error object; Kestrel's own limit would cut the connection.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = options.MaxConnections;
            kestrel.Listen(ParseHost(options.Host), options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });

        WebApplication application = builder.Build();
        application.UseWebSockets(new WebSocketOptions { KeepAliveInterval = KeepAlive, KeepAliveTimeout = KeepAlive });
        application.Use(handler.GuardAsync);
        configure(application);
        application.Run(handler.HandleAsync);
        try
        {
            await application.StartAsync(cancellation);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }

        return new RpcServer(application, handler, new Uri(application.Urls.First()));
    }

    public async ValueTask DisposeAsync()
    {
        _handler.CloseSockets(); // Kestrel would wait for them until its timeout
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static IPAddress ParseHost(string host) => host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(host);
}
