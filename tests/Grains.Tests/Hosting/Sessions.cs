using System.Reflection;
using Lineup.Inference.Serving;
using Lineup.Inference.Sessions;

namespace Lineup.Grains.Tests.Hosting;

/// <summary>
/// The ONNX Runtime session behind a variant. Nothing hands it out, and nothing should, so this looks into the host's private field:
/// whether native memory was given back cannot be told from outside.
/// </summary>
internal static class Sessions
{
    public static async Task<ModelSession> OfAsync(VariantHosts hosts, string model, string variant = "original")
    {
        var host = hosts.Rent(model, variant);
        var session = Of(host);
        await hosts.ReturnAsync(host);
        return session;
    }

    public static ModelSession Of(VariantHost host)
    {
        var loaded = typeof(VariantHost).GetField("_loaded", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(host);
        Assert.NotNull(loaded);
        return (ModelSession)loaded.GetType().GetProperty("Session")!.GetValue(loaded)!;
    }

    /// <summary>A session that no run holds refuses new ones exactly when it has been disposed.</summary>
    public static bool IsDisposed(ModelSession session)
    {
        if (session.TryRent() is not { } slot)
            return true;
        session.Return(slot);
        return false;
    }
}
