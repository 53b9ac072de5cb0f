using System.Numerics;

namespace BpDao.Contracts.Tests.Economy;

/// <summary>One block's validation pool in exact fractions, from the text of protocol rules 5.1–5.4. REP and weights in wei.</summary>
/// <param name="Income">D of the block, in wei.</param>
/// <param name="Supply">All balances when the pool opens.</param>
/// <param name="Weights">Of the bench that votes about the block, by slot.</param>
internal sealed class ExactPool(ExactTerms terms, uint producer, Fraction income, Fraction supply, IReadOnlyDictionary<uint, BigInteger> weights)
{
    private readonly Dictionary<uint, (bool For, bool Late)> _votes = [];

    // REP exists in whole wei: what is minted, halved, taken or paid at once is floored; what voters earn is not, since it adds up over an epoch.
    private readonly BigInteger _minted = Fraction.Min(terms.MintingRatio * income, supply / 1024).Floor;

    public uint Producer => producer;

    public BigInteger Minted => _minted;

    /// <summary>The half against, which polices.</summary>
    public BigInteger Policing => _minted / 2;

    private BigInteger ProducerHalf => _minted - Policing;

    public BigInteger Authors => (ProducerHalf * terms.AuthorShare).Floor;

    public BigInteger ProducerPay => ProducerHalf - Authors;

    public Dictionary<uint, BigInteger> IncluderPay { get; } = [];

    private BigInteger Total => weights.Values.Aggregate(BigInteger.Zero, (sum, w) => sum + w);

    /// <summary>That proposer is the first to carry these votes.</summary>
    /// <returns>Its pay, at once.</returns>
    public BigInteger Carry(uint includer, bool isFor, bool isLate, params IEnumerable<uint> voters)
    {
        BigInteger weight = 0;
        foreach (uint voter in voters)
        {
            if (weights.TryGetValue(voter, out BigInteger w) && _votes.TryAdd(voter, (isFor, isLate))) weight += w;
        }

        BigInteger pay = ((Fraction)Policing * terms.Includer * weight / Total).Floor;
        IncluderPay[includer] = IncluderPay.GetValueOrDefault(includer) + pay;
        return pay;
    }

    /// <summary>What each against voter loses from its bond.</summary>
    public Dictionary<uint, BigInteger> Lost() =>
        _votes.Where(v => !v.Value.For).ToDictionary(v => v.Key, v => (weights[v.Key] * terms.Stake * terms.Binding).Floor);

    /// <summary>What each voter for the block gets.</summary>
    public Dictionary<uint, Fraction> VoterPay()
    {
        Fraction lost = Lost().Values.Aggregate(BigInteger.Zero, (sum, l) => sum + l);
        Fraction winners = _votes.Where(v => v.Value.For).Aggregate(BigInteger.Zero, (sum, v) => sum + weights[v.Key]);
        BigInteger carried = IncluderPay.Values.Aggregate(BigInteger.Zero, (sum, p) => sum + p);
        bool all = terms.AbsentShare == AbsentShare.Winners;
        Fraction pot = all ? lost + Policing - carried : lost + Policing - ((Fraction)Policing * terms.Includer).Floor;
        Fraction among = all ? winners : Total;
        Dictionary<uint, Fraction> pay = [];
        foreach ((uint voter, (bool isFor, bool isLate)) in _votes)
        {
            if (isFor) pay[voter] = pot * weights[voter] / among * (isLate ? terms.LateShare : 1);
        }

        return pay;
    }

    /// <summary>What is nobody's: it goes where <see cref="AbsentShare"/> says, and what winners leave burns.</summary>
    public Fraction Rest()
    {
        Fraction rest = Policing + Lost().Values.Aggregate(BigInteger.Zero, (sum, l) => sum + l);
        foreach (BigInteger pay in IncluderPay.Values) rest -= pay;
        foreach (Fraction pay in VoterPay().Values) rest -= pay;
        return rest;
    }
}
