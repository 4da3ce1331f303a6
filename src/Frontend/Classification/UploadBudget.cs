using Lineup.Frontend.Errors;
using Lineup.GrainInterfaces.Variants;
using Microsoft.Extensions.Options;

namespace Lineup.Frontend.Classification;

/// <summary>The memory that uploads take on this frontend, all together, from their first byte to their answer. Thread-safe.</summary>
internal sealed class UploadBudget(IOptions<UploadOptions> options)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private long _taken;

    /// <exception cref="ProblemException">There is no room for so many bytes more now.</exception>
    public void Take(int bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= options.Value.MaxMemory)
            return;
        Release(bytes);
        throw new ProblemException(ApiProblem.For(ClassifyOutcome.Busy, "Too many uploads are under way at once. Try again in a moment.", Retry));
    }

    public void Release(int bytes) => Interlocked.Add(ref _taken, -bytes);
}
