using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Engine;

public sealed class AnswerBudgetTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly AnswerBudget _budget;

    public AnswerBudgetTests() => _budget = new AnswerBudget(_time);

    [Fact]
    public void A_peer_gets_a_burst_of_answers_and_then_so_many_a_second()
    {
        Assert.Equal((int)AnswerBudget.MostAnswers, Answers(1));
        Assert.Equal(0, Answers(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((int)AnswerBudget.AnswersPerSecond, Answers(1));
    }

    [Fact]
    public void What_one_peer_asks_costs_the_others_nothing()
    {
        Answers(1);
        Assert.Equal((int)AnswerBudget.MostAnswers, Answers(2));
    }

    [Fact]
    public void Large_answers_are_paid_by_the_byte()
    {
        _budget.Spend(TestBench.PeerOf(1), (int)AnswerBudget.MostBytes);
        Assert.False(_budget.MayAnswer(TestBench.PeerOf(1)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_budget.MayAnswer(TestBench.PeerOf(1)));
    }

    private int Answers(uint peer)
    {
        int count = 0;
        while (_budget.MayAnswer(TestBench.PeerOf(peer))) count++;
        return count;
    }
}
