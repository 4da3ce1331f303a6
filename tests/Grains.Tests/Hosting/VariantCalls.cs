using Lineup.GrainInterfaces.Variants;
using Lineup.TestSupport;

namespace Lineup.Grains.Tests.Hosting;

/// <summary>Calls to a variant's grain with what most tests do not care about filled in.</summary>
internal static class VariantCalls
{
    public static readonly TimeSpan Ample = TimeSpan.FromSeconds(30);

    /// <summary>A model whose run takes long enough (100 ms or so) for others to be seen waiting behind it.</summary>
    public static TinyModel Slow { get; } = new() { ExtraWork = 250 };

    public static byte[] Red { get; } = TestImages.Plain(250, 10, 10);

    public static byte[] Blue { get; } = TestImages.Plain(10, 10, 250);

    public static Task<ClassifyReply> ClassifyAsync(
        this IModelVariantGrain grain,
        byte[]? image = null,
        TimeSpan? budget = null,
        int top = 5,
        Guid? comparison = null,
        CancellationToken? cancellation = null) => grain.Classify(
            new ClassifyRequest { Image = image ?? Red, Budget = budget ?? Ample, Top = top, Comparison = comparison },
            cancellation ?? TestContext.Current.CancellationToken);

    public static Task<VariantStatus> LoadAsync(this IModelVariantGrain grain) => grain.Load(TestContext.Current.CancellationToken);

    public static Task<VariantStatus> UntilAsync(this IModelVariantGrain grain, string what, Func<VariantStatus, bool> isAsWanted) =>
        Poll.UntilAsync(what, grain.GetStatus, isAsWanted);

    /// <summary>Until the one lane is taken, so that whatever comes next has to wait.</summary>
    public static Task UntilRunningAsync(this IModelVariantGrain grain) =>
        grain.UntilAsync("a lane works for the variant", status => status.PredictedWait > TimeSpan.Zero);
}
