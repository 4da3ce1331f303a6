using System.Diagnostics;
using Lineup.Failures.Calls;
using Lineup.Failures.Load;

namespace Lineup.EndToEnd.Tests.Failures;

/// <summary>The proof is worth as much as what counts for it.</summary>
public sealed class LoadReportTests
{
    [Fact]
    public void Says_TheSameAnswer_AlsoWhereEqualsHaveChangedPlaces()
    {
        var known = Answer((3, 0.5), (1, 0.2), (7, 0.2));

        Assert.True(Answer((3, 0.5), (1, 0.2), (7, 0.2)).Says(known));
        Assert.True(Answer((3, 0.5004), (7, 0.2), (1, 0.1999)).Says(known));
    }

    [Fact]
    public void Says_AnotherAnswer_IsSeen()
    {
        var known = Answer((3, 0.5), (1, 0.3), (7, 0.1));

        Assert.False(Answer((3, 0.5), (1, 0.29), (7, 0.1)).Says(known));
        Assert.False(Answer((1, 0.5), (3, 0.3), (7, 0.1)).Says(known));
        Assert.False(Answer((3, 0.5), (1, 0.3), (8, 0.1)).Says(known));
        Assert.False(Answer((3, 0.5), (1, 0.3)).Says(known));
    }

    [Fact]
    public void Counts_AnsweredFailedAndWrong_AreApart()
    {
        var report = Report(Call(1), Call(2) with { IsWrong = true }, Call(3) with { Failure = "busy" }, Call(4) with { Failure = "busy", ClientRetries = 2 });

        Assert.Equal((4, 1, 1, 2, 2), (report.Sent, report.Answered, report.Wrong, report.Failed, report.ClientRetries));
        Assert.Equal(2, report.Failures["busy"]);
    }

    [Fact]
    public void LongestGap_FailuresBetweenAnswers_DoNotShortenIt()
    {
        var report = Report(Call(1), Call(2), Call(4) with { Failure = "unreachable" }, Call(7), Call(9));

        Assert.Equal(5, report.LongestGap.TotalSeconds, 1e-6);
    }

    [Fact]
    public void LongestGap_NoAnswersAtTheEnd_Counts() => Assert.Equal(8, Report(Call(1), Call(2)).LongestGap.TotalSeconds, 1e-6);

    /// <summary>A load of ten seconds.</summary>
    private static LoadReport Report(params Call[] calls) => new(calls, 0, 10 * Stopwatch.Frequency);

    private static Call Call(int second) => new() { Silo = "silo1", Started = (second - 1) * Stopwatch.Frequency, Ended = second * Stopwatch.Frequency };

    private static Answer Answer(params (int, double)[] classes) => new(classes, "silo1");
}
