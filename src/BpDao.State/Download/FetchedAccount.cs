using BpDao.Core;

namespace BpDao.State.Download;

/// <summary>What is known of an account in a state that is being fetched.</summary>
/// <param name="Key">Hash of its address.</param>
/// <param name="Account">Its storage root means nothing here: it is that of the slots that are there. Null takes the account away.</param>
/// <param name="Slots">Slots to be written, ascending by their hash; others stay.</param>
public readonly record struct FetchedAccount(Hash256 Key, Account? Account, HashedSlot[] Slots);
