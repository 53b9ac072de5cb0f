namespace BpDao.Core;

/// <summary>A balance credited by the consensus layer (EIP-4895). On PoR chains: newly minted $ for the validation pool (protocol rule 2.2).</summary>
/// <param name="Index">Withdrawals on the chain so far.</param>
/// <param name="ValidatorIndex">Producer's slot on PoR chains.</param>
/// <param name="Address">Who is credited.</param>
/// <param name="AmountGwei">In gwei (10^9 wei).</param>
public readonly record struct Withdrawal(ulong Index, ulong ValidatorIndex, Address Address, ulong AmountGwei);
