using Lineup.ModelRepository.Pulling;

namespace Lineup.ModelRepository.Tests.Pulling;

/// <summary>Runs a callback in the middle of a pull, on its thread, unlike <see cref="Progress{T}"/>.</summary>
internal sealed class Watcher(Action<PullProgress> report) : IProgress<PullProgress>
{
    public void Report(PullProgress value) => report(value);
}
